import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { MAP, writeHash } from '../route';
import { useApp } from './context';

/** The frame of a page over the map: takes the focus when it opens, and gives it back to the list when it goes. */
export function PageHead({ title, tags, actions, children }: { title: string; tags?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
  const app = useApp();
  const t = app.t.value.details;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    return () => { if (document.activeElement === document.body || document.activeElement === null) document.querySelector<HTMLElement>('.grid')?.focus(); };
  }, []);
  return (
    <article class="subject-page" aria-labelledby="page-title">
      <header class="page-head">
        <a class="page-link back" href={writeHash(MAP, app.filter.value)} title="Esc">← {t.back}</a>
        <h2 id="page-title" tabIndex={-1} ref={heading}>{title}</h2>
        <p class="facts">{tags}</p>
        <span class="spacer" />
        {actions}
      </header>
      <div class="page-body" tabIndex={0} role="group" aria-labelledby="page-title" data-own-arrows>{children}</div>
    </article>
  );
}
