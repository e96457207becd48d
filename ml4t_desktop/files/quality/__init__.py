"""What is wrong or doubtful in files: findings with all their rows, and the picture of coverage."""

from ml4t_desktop.files.quality.coverage import Coverage
from ml4t_desktop.files.quality.finding import Finding, RepairChoice
from ml4t_desktop.files.quality.report import (
    QualityReport,
    check_data,
    check_file,
    check_files,
    guessed_columns,
)

__all__ = [
    "Coverage",
    "Finding",
    "QualityReport",
    "RepairChoice",
    "check_data",
    "check_file",
    "check_files",
    "guessed_columns",
]
