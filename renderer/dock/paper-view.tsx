import { create } from 'qrcode';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Paper, PaperLine, PaperQr, PaperRaster, PaperText } from '../../drivers/printer/emulator.ts';

/** One column of the printer is 12 dots wide and 0.5 em on the screen, where the smallest letter is 14 px. */
const BASE_PX = 14;
const PX_PER_DOT = BASE_PX / 2 / 12;
const LINE_HEIGHT = 1.3;

/** The paper as it came out, drawn from what the emulator decoded of the bytes that arrived. */
export function PaperView({ paper }: { readonly paper: Paper }) {
  const { t } = useTranslation('dock');
  return (
    <article className="dock-paper" data-cut={paper.cut}>
      {paper.lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a printed line never moves
        <Line key={index} line={line} />
      ))}
      {!paper.cut && <p className="dock-torn">{t('torn')}</p>}
    </article>
  );
}

function Line({ line }: { readonly line: PaperLine }) {
  if ('text' in line) return <Text line={line} />;
  if ('qr' in line) return <Qr line={line} />;
  if ('raster' in line) return <Raster line={line} />;
  return <div style={{ height: `${line.feed * LINE_HEIGHT}em` }} />;
}

/** Letters get their width by their size and their height by stretching, so a line takes the columns that it took on paper. */
function Text({ line }: { readonly line: PaperText }) {
  const lineHeightPx = BASE_PX * LINE_HEIGHT;
  return (
    <div className="dock-line" style={{ textAlign: line.align, height: lineHeightPx * line.height }}>
      <span
        style={{
          fontSize: BASE_PX * line.width,
          lineHeight: `${lineHeightPx * line.width}px`,
          fontWeight: line.bold ? 700 : 400,
          ...(line.width !== line.height && { transform: `scaleY(${line.height / line.width})`, transformOrigin: 'top' }),
        }}
      >
        {line.text === '' ? ' ' : line.text}
      </span>
    </div>
  );
}

function Qr({ line }: { readonly line: PaperQr }) {
  const { t } = useTranslation('dock');
  const { size, data } = create(line.qr, { errorCorrectionLevel: 'M' }).modules;
  const dark = Array.from(data, (module, index) => (module ? `M${index % size} ${Math.floor(index / size)}h1v1h-1z` : '')).join('');
  const sidePx = size * line.moduleDots * PX_PER_DOT;
  return (
    <div className="dock-line" style={{ textAlign: line.align }}>
      <svg
        role="img"
        aria-label={t('qrAlt', { text: line.qr })}
        width={sidePx}
        height={sidePx}
        viewBox={`0 0 ${size} ${size}`}
        shapeRendering="crispEdges"
      >
        <title>{line.qr}</title>
        <path d={dark} />
      </svg>
    </div>
  );
}

function Raster({ line: { raster, align } }: { readonly line: PaperRaster }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const bytes = Uint8Array.from(atob(raster.base64), (character) => character.charCodeAt(0));
    bytes.forEach((byte, index) => {
      for (let bit = 0; bit < 8; bit += 1) {
        if (((byte >> (7 - bit)) & 1) === 1)
          context?.fillRect((index % raster.widthBytes) * 8 + bit, Math.floor(index / raster.widthBytes), 1, 1);
      }
    });
  }, [raster]);
  return (
    <div className="dock-line" style={{ textAlign: align }}>
      <canvas
        ref={canvas}
        width={raster.widthBytes * 8}
        height={raster.heightDots}
        style={{ width: raster.widthBytes * 8 * PX_PER_DOT, height: raster.heightDots * PX_PER_DOT }}
      />
    </div>
  );
}
