# Signs files with the certificate in the environment; without one it says so and changes nothing.
#
#     $env:CERTIFICATE (base64 of a .pfx), $env:PASSWORD; packaging/windows/sign.ps1 FILE...
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]]$Files)
$ErrorActionPreference = 'Stop'
if (-not $env:CERTIFICATE) {
    Write-Host "note: there is no certificate: $Files is not signed"
    exit 0
}
$key = Join-Path ([IO.Path]::GetTempPath()) "$([guid]::NewGuid()).pfx"
try {
    [IO.File]::WriteAllBytes($key, [Convert]::FromBase64String($env:CERTIFICATE))
    $signtool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" |
        Sort-Object FullName | Select-Object -Last 1
    & $signtool.FullName sign /fd sha256 /td sha256 /tr http://timestamp.digicert.com /f $key /p $env:PASSWORD $Files
    if ($LASTEXITCODE) { throw "signtool ended with $LASTEXITCODE" }
}
finally {
    Remove-Item $key -ErrorAction SilentlyContinue
}
