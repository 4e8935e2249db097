import { en } from './en';
import { vi } from './vi';

export type Language = 'vi' | 'en';
export type Dictionary = typeof vi;

export const dictionaries: Record<Language, Dictionary> = { vi, en };
