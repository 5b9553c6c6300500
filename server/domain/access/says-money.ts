/** Whether money stands anywhere in what may be no condition yet: the rule book judges it later. */
export const saysMoney = (part: unknown): boolean =>
  typeof part === "object" &&
  part !== null &&
  (("kind" in part && part.kind === "money") || Object.values(part).some(saysMoney));
