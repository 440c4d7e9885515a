/* Test-only stand-in for the WinRT class Windows.UI.ViewManagement.UISettings, which Wine 8 lacks and
   Qt >= 6.5 asks for light or dark colours. Lives in the test prefix alone, is never shipped, and may go
   when the oldest Wine we build on is 9. Every call is answered with light colours or "not implemented". */
#include <string.h>
#include <windows.h>

typedef struct { BYTE a, r, g, b; } Color;
typedef struct { const void **methods; } Object;

static const GUID
    IID_UNKNOWN = {0, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}},
    IID_AGILE = {0x94ea2b94, 0xe9cc, 0x49e0, {0xc0, 0xff, 0xee, 0x64, 0xca, 0x8f, 0x5b, 0x90}},
    IID_INSPECTABLE = {0xAF86E2E0, 0xB12D, 0x4c6a, {0x9C, 0x5A, 0xD7, 0xAA, 0x65, 0x10, 0x1E, 0x90}},
    IID_FACTORY = {0x00000035, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}},
    IID_SETTINGS = {0x85361600, 0x1c63, 0x4627, {0xbc, 0xb1, 0x3a, 0x89, 0xe0, 0xbc, 0x9c, 0x55}},
    IID_SETTINGS3 = {0x03021be4, 0x5254, 0x4781, {0x81, 0x94, 0x51, 0x68, 0xf7, 0xd0, 0x6d, 0x7b}};

static Object settings, settings3, factory;

static int same(const GUID *a, const GUID *b) { return !memcmp(a, b, sizeof *a); }
static ULONG WINAPI add_ref(void *self) { return 2; }
static ULONG WINAPI release(void *self) { return 1; }
static HRESULT WINAPI not_implemented(void *self) { return E_NOTIMPL; }

static HRESULT WINAPI query_interface(void *self, const GUID *wanted, void **found) {
    if (same(wanted, &IID_SETTINGS3)) *found = &settings3;
    else if (same(wanted, &IID_SETTINGS)) *found = &settings;
    else if (same(wanted, &IID_FACTORY)) *found = &factory;
    else if (same(wanted, &IID_UNKNOWN) || same(wanted, &IID_AGILE) || same(wanted, &IID_INSPECTABLE)) *found = self;
    else { *found = 0; return E_NOINTERFACE; }
    return S_OK;
}

static HRESULT WINAPI get_color(void *self, int kind, Color *color) {
    Color background = {255, 255, 255, 255}, foreground = {255, 0, 0, 0}, accent = {255, 0, 0x78, 0xD7};
    *color = kind == 0 ? background : kind == 1 ? foreground : accent;
    return S_OK;
}

static HRESULT WINAPI add_event(void *self, void *handler, INT64 *token) { *token = 1; return S_OK; }
static HRESULT WINAPI remove_event(void *self, INT64 token) { return S_OK; }
static HRESULT WINAPI activate(void *self, void **made) { *made = &settings; return S_OK; }

static const void *settings_methods[40];
static const void *settings3_methods[] = {query_interface, add_ref, release, not_implemented, not_implemented,
                                          not_implemented, get_color, add_event, remove_event};
static const void *factory_methods[] = {query_interface, add_ref, release, not_implemented, not_implemented,
                                        not_implemented, activate};

__declspec(dllexport) HRESULT WINAPI DllGetActivationFactory(void *class_name, void **made) {
    for (int i = 0; i < 40; i++) settings_methods[i] = not_implemented;
    settings_methods[0] = query_interface;
    settings_methods[1] = add_ref;
    settings_methods[2] = release;
    settings.methods = settings_methods;
    settings3.methods = settings3_methods;
    factory.methods = factory_methods;
    *made = &factory;
    return S_OK;
}

__declspec(dllexport) HRESULT WINAPI DllCanUnloadNow(void) { return S_FALSE; }
BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) { return TRUE; }
