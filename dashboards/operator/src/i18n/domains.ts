import type { LocalText } from '../api/types';

/** Names of the domains that cities commonly have; the interface carries slugs only. An unknown one is shown as its slug. */
const DOMAINS: Record<string, LocalText> = {
  air: { vi: 'Không khí', en: 'Air' },
  environment: { vi: 'Môi trường', en: 'Environment' },
  water: { vi: 'Cấp nước', en: 'Water supply' },
  'water-supply': { vi: 'Cấp nước', en: 'Water supply' },
  'surface-water': { vi: 'Nước mặt', en: 'Surface water' },
  wastewater: { vi: 'Nước thải', en: 'Wastewater' },
  stack: { vi: 'Khí thải', en: 'Stack gas' },
  noise: { vi: 'Tiếng ồn', en: 'Noise' },
  waste: { vi: 'Rác thải', en: 'Waste' },
  flood: { vi: 'Ngập lụt', en: 'Flooding' },
  traffic: { vi: 'Giao thông', en: 'Traffic' },
  parking: { vi: 'Bãi đỗ xe', en: 'Parking' },
  lighting: { vi: 'Chiếu sáng', en: 'Lighting' },
  power: { vi: 'Điện', en: 'Electricity' },
  electricity: { vi: 'Điện', en: 'Electricity' },
  energy: { vi: 'Năng lượng', en: 'Energy' },
  agriculture: { vi: 'Nông nghiệp', en: 'Agriculture' },
  hydromet: { vi: 'Khí tượng thủy văn', en: 'Hydro-meteorology' },
  meteo: { vi: 'Khí tượng', en: 'Meteorology' },
  weather: { vi: 'Thời tiết', en: 'Weather' },
  hydrology: { vi: 'Thủy văn', en: 'Hydrology' },
  safety: { vi: 'An ninh', en: 'Public safety' },
  'public-safety': { vi: 'An ninh', en: 'Public safety' },
  security: { vi: 'An ninh', en: 'Security' },
};

export const domainName = (slug: string): LocalText => DOMAINS[slug] ?? { vi: slug, en: slug };
