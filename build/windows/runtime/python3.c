/* python3.dll holds nothing but forwarders to python311.dll (python3.def). */
int DllMain(void *module, unsigned reason, void *reserved) { return 1; }
