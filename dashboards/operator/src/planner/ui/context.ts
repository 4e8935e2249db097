import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PlannerApp } from '../planner-app';

export const PlannerContext = createContext<PlannerApp | null>(null);

/** The page's state; every component lives inside its provider. */
export function usePlanner(): PlannerApp {
  const app = useContext(PlannerContext);
  if (!app) throw new Error('A component was used outside the page.');
  return app;
}
