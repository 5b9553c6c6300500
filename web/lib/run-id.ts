const MOST_ID = 2_147_483_647;

/** The number of a run in an address; null = it is none. */
export const idOf = (text: string): number | null =>
  /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MOST_ID ? Number(text) : null;
