import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BigButton } from '../ui/big-button.tsx';

/** Part of the height that one press moves, so that a line or two stay to go on from. */
const STEP = 0.75;

/** Longer text scrolls by two large buttons: not everybody knows to drag a page. */
export function ScrollBox({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const { t } = useTranslation('kiosk');
  const box = useRef<HTMLElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setOverflows(element.scrollHeight > element.clientHeight + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const move = (direction: 1 | -1) => box.current?.scrollBy({ top: direction * STEP * box.current.clientHeight, behavior: 'smooth' });
  return (
    <div className="k-scroll">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll it */}
      <section ref={box} className="k-scroll-box" aria-label={label} tabIndex={0}>
        {children}
      </section>
      {overflows && (
        <div className="k-scroll-buttons">
          <BigButton onClick={() => move(-1)}>{t('scrollUp')}</BigButton>
          <BigButton onClick={() => move(1)}>{t('scrollDown')}</BigButton>
        </div>
      )}
    </div>
  );
}
