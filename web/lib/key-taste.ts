const KEPT = "dapan.keys";

/** Single-letter shortcuts can be switched off (WCAG 2.1.4): speech input types letters. */
export const keysEnabled = (): boolean => localStorage.getItem(KEPT) !== "off";

export const enableKeys = (on: boolean): void => localStorage.setItem(KEPT, on ? "on" : "off");
