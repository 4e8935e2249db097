import type { Language } from './index';

/** What fields for days and times say. */
export interface WhenTexts {
  hint: { day: string; time: string; moment: string };
  empty: { day: string; time: string; moment: string };
  wrong: { day: string; time: string; moment: string };
  early: (least: string) => string;
  late: (most: string) => string;
}

const vi: WhenTexts = {
  hint: {
    day: 'Gõ ngày/tháng/năm, ví dụ 22/11/2026; phím mũi tên lên, xuống đổi phần đang đứng',
    time: 'Gõ giờ:phút theo 24 giờ, ví dụ 14:05; phím mũi tên lên, xuống đổi phần đang đứng',
    moment: 'Gõ ngày/tháng/năm giờ:phút theo 24 giờ, ví dụ 22/11/2026 14:05; phím mũi tên lên, xuống đổi phần đang đứng',
  },
  empty: { day: 'ngày/tháng/năm', time: 'giờ:phút', moment: 'ngày/tháng/năm giờ:phút' },
  wrong: {
    day: 'Không có ngày như vậy. Hãy gõ như 22/11/2026.',
    time: 'Không có giờ như vậy. Hãy gõ như 14:05.',
    moment: 'Không có ngày giờ như vậy. Hãy gõ như 22/11/2026 14:05.',
  },
  early: (least) => `Không được trước ${least}.`,
  late: (most) => `Không được sau ${most}.`,
};

const en: WhenTexts = {
  hint: {
    day: 'Type day/month/year, such as 22/11/2026; the up and down arrows change the part you are in',
    time: 'Type hours:minutes of 24 hours, such as 14:05; the up and down arrows change the part you are in',
    moment: 'Type day/month/year hours:minutes of 24 hours, such as 22/11/2026 14:05; the up and down arrows change the part you are in',
  },
  empty: { day: 'dd/mm/yyyy', time: 'hh:mm', moment: 'dd/mm/yyyy hh:mm' },
  wrong: {
    day: 'There is no such day. Type it like 22/11/2026.',
    time: 'There is no such time. Type it like 14:05.',
    moment: 'There is no such day and time. Type it like 22/11/2026 14:05.',
  },
  early: (least) => `Not before ${least}.`,
  late: (most) => `Not after ${most}.`,
};

export const whenTexts: Record<Language, WhenTexts> = { vi, en };
