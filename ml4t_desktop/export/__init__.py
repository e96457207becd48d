"""What leaves the application for other tools.

Comes in: a finished run. Goes out: trade records and an artifact folder as the ml4t-diagnostic
package reads them. May import everything below `project/`; never that package itself.
"""

from ml4t_desktop.export.artifact import artifact
from ml4t_desktop.export.records import trade_records
from ml4t_desktop.export.shap import ShapInput, shap_input

__all__ = ["ShapInput", "artifact", "shap_input", "trade_records"]
