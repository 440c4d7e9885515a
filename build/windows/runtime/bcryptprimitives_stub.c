/* Test-only stand-in for Windows 10's bcryptprimitives.dll, which Wine 8 lacks and Rust programs
   (python-calamine) ask for random numbers. Lives in the test prefix alone, is never shipped, and may go
   when the oldest Wine we build on is 9. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) { return TRUE; }
