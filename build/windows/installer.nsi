; The installer: for one user, without administrator rights, in Chinese. UTF-8.
; makensis -INPUTCHARSET UTF8 -DVERSION=0.1.0 -DSOURCE=<folder> -DICON=<app.ico> -DNOTES=<先读我.txt> -DOUTFILE=<exe> -DSLASH=/
; Exit codes of a silent run (/S): 0 done, 1 cancelled, 2 Windows too old, 3 files could not be replaced,
; 4 the program is running and did not close.

Unicode true
Target amd64-unicode
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "WinVer.nsh"
!include "WordFunc.nsh"

!define APP "盘活台账"
!define WINDOW "盘活台账.exe"
!define COMMAND "panhuo.exe"
!define REMOVER "卸载.exe"
!define KEY "Software\${APP}"
!define REMOVE_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"
!define OLDEST_BUILD 17763 ; Windows 10, version 1809

Name "${APP}"
BrandingText "${APP} ${VERSION}"
OutFile "${OUTFILE}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS all
SetCompressor /SOLID lzma
SetCompressorDictSize 64
InstallDir "$LOCALAPPDATA\Programs\${APP}"
InstallDirRegKey HKCU "${KEY}" "InstallDir"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2052 "ProductName" "${APP}"
VIAddVersionKey /LANG=2052 "CompanyName" "${APP}"
VIAddVersionKey /LANG=2052 "FileDescription" "${APP} 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "随附的第三方部件按各自许可使用"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "将在本机为当前用户安装 ${APP} ${VERSION}，不需要管理员权限，不联网。$\r$\n$\r$\n如果已装有旧版本，会直接升级；账套（您的数据）不受影响。$\r$\n$\r$\n请先保存并关闭正在运行的${APP}，然后点「下一步」。"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${WINDOW}"
!define MUI_FINISHPAGE_RUN_TEXT "运行${APP}"
!insertmacro MUI_PAGE_FINISH
!define MUI_UNCONFIRMPAGE_TEXT_TOP "将卸载${APP}。账套、备份和设置都留在原处，重新安装后可继续使用。"
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; ---- a running program ----------------------------------------------------------------------------

; Leaves 1 in $R0 when a program of this folder is running: its file then cannot be opened for writing.
!macro IS_RUNNING un
Function ${un}IsRunning
  StrCpy $R0 0
  ${For} $R1 1 2
    StrCpy $R2 "$INSTDIR\${WINDOW}"
    ${If} $R1 == 2
      StrCpy $R2 "$INSTDIR\${COMMAND}"
    ${EndIf}
    ${If} ${FileExists} "$R2"
      ClearErrors
      FileOpen $R3 "$R2" a
      ${If} ${Errors}
        StrCpy $R0 1
      ${Else}
        FileClose $R3
      ${EndIf}
    ${EndIf}
  ${Next}
  ClearErrors
FunctionEnd

; Asks each window of the program in this folder to close, as a click on its × would.
Function ${un}AskToClose
  StrCpy $R1 0
  ${Do}
    FindWindow $R1 "" "" 0 $R1
    ${If} $R1 == 0
      ${ExitDo}
    ${EndIf}
    System::Call 'user32::IsWindowVisible(p R1) i .R2'
    ${If} $R2 != 0
      System::Call 'user32::GetWindowThreadProcessId(p R1, *i .R3)'
      System::Call 'kernel32::OpenProcess(i 0x1000, i 0, i R3) p .R4'
      ${If} $R4 P<> 0
        System::Call 'kernel32::QueryFullProcessImageNameW(p R4, i 0, w .R5, *i ${NSIS_MAX_STRLEN}) i .R6'
        System::Call 'kernel32::CloseHandle(p R4)'
        ${If} $R6 != 0
        ${AndIf} $R5 == "$INSTDIR\${WINDOW}"
          System::Call 'user32::PostMessageW(p R1, i 0x10, p 0, p 0)'
        ${EndIf}
      ${EndIf}
    ${EndIf}
  ${Loop}
FunctionEnd

; Returns only when no program of this folder is running; otherwise ends with exit code 4.
Function ${un}WaitUntilClosed
  ${Do}
    Call ${un}IsRunning
    ${If} $R0 == 0
      Return
    ${EndIf}
    MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "${APP}正在运行。$\r$\n$\r$\n点「确定」，将请它保存并关闭，然后继续；也可以自己关闭后再点「确定」。" /SD IDOK IDOK +3
      SetErrorLevel 4
      Quit
    Call ${un}AskToClose
    ${For} $9 1 90
      Sleep 500
      Call ${un}IsRunning
      ${If} $R0 == 0
        Return
      ${EndIf}
    ${Next}
    ${If} ${Silent}
      SetErrorLevel 4
      Quit
    ${EndIf}
  ${Loop}
FunctionEnd
!macroend
!insertmacro IS_RUNNING ""
!insertmacro IS_RUNNING "un."

; ---- installing -----------------------------------------------------------------------------------

Function .onInit
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    MessageBox MB_OK|MB_ICONSTOP "${APP}需要 Windows 10 1809 或更高版本，本机的系统较旧，没有安装。$\r$\n$\r$\n请联系单位的信息人员升级系统，或换一台电脑安装。" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  ReadRegStr $0 HKCU "${REMOVE_KEY}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 == 1
      MessageBox MB_YESNO|MB_ICONQUESTION "本机已装有较新的版本 $0，确定要换回 ${VERSION} 吗？$\r$\n$\r$\n新版本打开过的账套，旧版本可能打不开。" /SD IDYES IDYES +3
        SetErrorLevel 1
        Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Section "主程序"
  Call WaitUntilClosed
  SetOverwrite try
  ClearErrors
  ; Only what is ours: a folder chosen by the clerk may hold other things.
  RMDir /r "$INSTDIR\_internal"
  ${If} ${Errors}
    ClearErrors
    Goto failed
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}${SLASH}*.*"
  File "/oname=先读我.txt" "${NOTES}"
  WriteUninstaller "$INSTDIR\${REMOVER}"
  ${If} ${Errors}
    Goto failed
  ${EndIf}

  CreateDirectory "$SMPROGRAMS\${APP}"
  CreateShortcut "$SMPROGRAMS\${APP}\${APP}.lnk" "$INSTDIR\${WINDOW}"
  CreateShortcut "$SMPROGRAMS\${APP}\卸载${APP}.lnk" "$INSTDIR\${REMOVER}"
  CreateShortcut "$DESKTOP\${APP}.lnk" "$INSTDIR\${WINDOW}"
  WriteRegStr HKCU "${KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayName" "${APP}"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayIcon" "$INSTDIR\${WINDOW}"
  WriteRegStr HKCU "${REMOVE_KEY}" "Publisher" "${APP}"
  WriteRegStr HKCU "${REMOVE_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${REMOVE_KEY}" "UninstallString" '"$INSTDIR\${REMOVER}"'
  WriteRegStr HKCU "${REMOVE_KEY}" "QuietUninstallString" '"$INSTDIR\${REMOVER}" /S'
  WriteRegDWORD HKCU "${REMOVE_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${REMOVE_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${REMOVE_KEY}" "EstimatedSize" $0
  Return

failed:
  MessageBox MB_OK|MB_ICONSTOP "有文件不能替换，安装没有完成。$\r$\n$\r$\n请关闭${APP}，在杀毒软件中允许本安装程序，再重新运行。账套没有改动。" /SD IDOK
  SetErrorLevel 3
  Abort
SectionEnd

; ---- removing -------------------------------------------------------------------------------------

Section "Uninstall"
  Call un.WaitUntilClosed
  ; The 账套 may lie inside this folder: nothing but the program's own files is deleted.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${WINDOW}"
  Delete "$INSTDIR\${COMMAND}"
  Delete "$INSTDIR\先读我.txt"
  Delete "$INSTDIR\${REMOVER}"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${APP}\${APP}.lnk"
  Delete "$SMPROGRAMS\${APP}\卸载${APP}.lnk"
  RMDir "$SMPROGRAMS\${APP}"
  Delete "$DESKTOP\${APP}.lnk"
  DeleteRegKey HKCU "${REMOVE_KEY}"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
