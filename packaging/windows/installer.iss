; The installer for Windows: for the user alone, without administrator's rights.
;
;     iscc /DVersion=0.1.0 packaging\windows\installer.iss
;
; Packs dist\ml4t-desktop as packaging\build.py made it. With a certificate:
;     iscc /DVersion=0.1.0 /DSign "/Ssigner=signtool sign /fd sha256 /tr URL /td sha256 /f KEY $f" ...

#ifndef Version
  #error "Say the version: iscc /DVersion=0.1.0"
#endif
#define Name "ML4T Desktop"
#define Program "ml4t-desktop.exe"
#define Root SourcePath + "\..\.."

[Setup]
; Never changes: by it an upgrade finds what it replaces.
AppId={{7D0F6B1C-5B1E-4B52-9C55-2F1E3B6C9A41}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
DefaultDirName={localappdata}\Programs\ML4T Desktop
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile={#Root}\LICENSE
OutputDir={#Root}\dist
OutputBaseFilename=ml4t-desktop-{#Version}-windows-x86_64-setup
SetupIconFile={#Root}\build\app.ico
UninstallDisplayIcon={app}\{#Program}
UninstallDisplayName={#Name}
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no
WizardStyle=modern
#ifdef Sign
SignTool=signer
SignedUninstaller=yes
#endif

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "requests"; Description: "Offer {#Name} for request files (*.toml)"

[InstallDelete]
; An upgrade leaves nothing of the version before it. Projects are never in this folder.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Root}\dist\ml4t-desktop\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\{#Name}"; Filename: "{app}\{#Program}"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\{#Program}"; Tasks: desktopicon

[Registry]
Root: HKCU; Subkey: "Software\Classes\.ml4t"; ValueType: string; ValueData: "ML4T.Project"; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Software\Classes\.ml4t\OpenWithProgids"; ValueType: string; ValueName: "ML4T.Project"; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Software\Classes\ML4T.Project"; ValueType: string; ValueData: "ML4T project"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\ML4T.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\{#Program},0"
Root: HKCU; Subkey: "Software\Classes\ML4T.Project\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""
; Requests are TOML, which belongs to others too: offered, not taken.
Root: HKCU; Subkey: "Software\Classes\.toml\OpenWithProgids"; ValueType: string; ValueName: "ML4T.Request"; Flags: uninsdeletevalue; Tasks: requests
Root: HKCU; Subkey: "Software\Classes\ML4T.Request"; ValueType: string; ValueData: "Backtest request"; Flags: uninsdeletekey; Tasks: requests
Root: HKCU; Subkey: "Software\Classes\ML4T.Request\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""; Tasks: requests

[Run]
Filename: "{app}\{#Program}"; Parameters: "--sample"; Description: "Open the sample"; Flags: nowait postinstall skipifsilent
