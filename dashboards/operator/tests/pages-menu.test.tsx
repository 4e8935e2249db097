import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it } from 'vitest';
import { App } from '../src/app';
import { AppContext } from '../src/ui/context';
import { PagesMenu } from '../src/ui/PagesMenu';

it('the menu opens each page in a tab of its own, so that the page that sounds stays open', async () => {
  const root = document.createElement('div');
  await act(() => render(<AppContext.Provider value={new App()}><PagesMenu /></AppContext.Provider>, root));
  await act(() => root.querySelector('button')!.click());
  const targets = [...root.querySelectorAll('a')].map((link) => link.target);
  expect(targets.length).toBe(5);
  expect(new Set(targets).size).toBe(5);
  for (const target of targets) expect(target).toMatch(/^ioc-/);
});
