import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { App } from '../app';

export const AppContext = createContext<App | null>(null);

/** The page's state; every component lives inside its provider. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('A component was used outside the page.');
  return app;
}
