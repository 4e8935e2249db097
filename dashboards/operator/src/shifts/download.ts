import type { Language } from '../i18n';

/** What a report looks like without the page around it: on a screen and on paper alike. */
const LOOK = `
body{margin:24px auto;max-width:900px;padding:0 16px;font:14px/1.4 'Be Vietnam Pro',system-ui,sans-serif;color:#15181b;background:#fff}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:18px 0 6px;border-bottom:2px solid #15181b}p{margin:3px 0}ul,ol{margin:0;padding:0;list-style:none}
table{width:100%;border-collapse:collapse;font-size:13px}th,td{padding:4px 8px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid #bbb;overflow-wrap:anywhere}
thead th{color:#444;font-weight:500}small{display:block;color:#444}.none{color:#444}.level{white-space:nowrap;font-weight:600}.said{white-space:pre-line}
.inline li{display:inline-block;margin-right:24px}.facts-grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:4px 24px;margin:0}.facts-grid dt{color:#444;font-size:12px}.facts-grid dd{margin:0;font-weight:600}
.entry{display:grid;grid-template-columns:96px 120px minmax(0,1fr) 40px;gap:8px;padding:3px 0;border-bottom:1px solid #ddd}.entry .number{text-align:right;color:#666}.entry small{display:inline}.tag{font-style:normal}.corrected .text{text-decoration:line-through}
.shape{display:none}.columns{columns:2}.signatures{display:flex;justify-content:space-between;margin-top:28px;min-height:90px}
@media print{body{margin:0;max-width:none}tr,li{break-inside:avoid}h2{break-after:avoid}}`;

/** A page of its own with what an element shows: one file, without scripts, that any browser opens. */
export function wholePage(title: string, language: Language, element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const gone of copy.querySelectorAll('button, script, .no-print, .visually-hidden')) gone.remove();
  const named = document.createElement('title');
  named.textContent = title;
  // Put together as text: an element for the style would come under the policy that lets this page have none.
  return `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8">${named.outerHTML}<style>${LOOK}</style></head><body>${copy.outerHTML}</body></html>\n`;
}

/** Hands a file to whoever sits before the page. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
