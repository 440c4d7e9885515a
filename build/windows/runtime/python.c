/* python.exe and pythonw.exe for the build prefix: hand everything to python311.dll. Never shipped. */
#include <windows.h>
extern __declspec(dllimport) int Py_Main(int argc, wchar_t **argv);
int wmain(int argc, wchar_t **argv) { return Py_Main(argc, argv); }
