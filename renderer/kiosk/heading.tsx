import { type ReactNode, useEffect, useRef } from 'react';

interface HeadingProps {
  readonly title: ReactNode;
  readonly hint?: ReactNode;
}

/** What this screen wants, at the top. It takes the focus, so that a keyboard starts here and a screen reader says it. */
export function Heading({ title, hint }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="k-heading">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {hint !== undefined && <p>{hint}</p>}
    </div>
  );
}
