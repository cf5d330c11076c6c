import { contextBridge, ipcRenderer } from 'electron';
import { SHELL_CHANNELS, type ShellBridge } from '../renderer/link/shell-bridge.ts';

// The page gets three functions and no way to Node. It never touches hardware: devices belong to the station process.
const bridge: ShellBridge = {
  shell: 'electron',
  cornerTap: () => ipcRenderer.send(SHELL_CHANNELS.cornerTap),
  exit: (pin) => ipcRenderer.invoke(SHELL_CHANNELS.exit, pin),
  onAskPin: (listener) => {
    const handler = (): void => listener();
    ipcRenderer.on(SHELL_CHANNELS.askPin, handler);
    return () => ipcRenderer.off(SHELL_CHANNELS.askPin, handler);
  },
};

contextBridge.exposeInMainWorld('bianminShell', bridge);
