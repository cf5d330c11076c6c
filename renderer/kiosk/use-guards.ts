import { useEffect } from 'react';

const ZOOM_KEYS = ['+', '-', '=', '0'];

/** A public machine: no menu, no zoom, no dragging out of the page. Selection and touch gestures are off by kiosk.css. */
export function useGuards(): void {
  useEffect(() => {
    const prevent = (event: Event) => event.preventDefault();
    const preventZoomWheel = (event: WheelEvent) => {
      if (event.ctrlKey) event.preventDefault();
    };
    const preventZoomKeys = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && ZOOM_KEYS.includes(event.key)) event.preventDefault();
    };
    window.addEventListener('contextmenu', prevent);
    window.addEventListener('dragstart', prevent);
    window.addEventListener('wheel', preventZoomWheel, { passive: false });
    window.addEventListener('keydown', preventZoomKeys);
    return () => {
      window.removeEventListener('contextmenu', prevent);
      window.removeEventListener('dragstart', prevent);
      window.removeEventListener('wheel', preventZoomWheel);
      window.removeEventListener('keydown', preventZoomKeys);
    };
  }, []);
}
