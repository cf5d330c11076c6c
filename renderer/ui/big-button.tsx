import type { ButtonHTMLAttributes } from 'react';

interface BigButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'plain' | 'help';
}

/** A button for a finger: at least 88 px high. */
export function BigButton({ kind = 'plain', className = '', ...rest }: BigButtonProps) {
  return <button type="button" data-kind={kind} className={`ui-big-button ${className}`} {...rest} />;
}
