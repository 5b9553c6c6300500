/** A value of an input and where it stands in it: `prices[0].selector.vendor`. */
export type InputLine = { readonly path: string; readonly value: string | number | boolean };

/** What an input says, one value a line, in its order; what says nothing (null, "", an empty list) is left out. */
export function inputLines(input: unknown): readonly InputLine[] {
  const lines: InputLine[] = [];
  const add = (value: unknown, path: string): void => {
    if (value === null || value === undefined || value === "") return;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      lines.push({ path, value });
    else if (Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number"))
      add(value.join(", "), path);
    else if (Array.isArray(value)) value.forEach((one, i) => add(one, `${path}[${i}]`));
    else for (const [key, one] of Object.entries(value)) add(one, path === "" ? key : `${path}.${key}`);
  };
  add(input, "");
  return lines;
}

/** Whether a value is an instant by its name and size, in unix ms: of this century. */
export const isInstant = ({ path, value }: InputLine): boolean =>
  typeof value === "number" &&
  value > 9.4e11 &&
  value < 4.2e12 &&
  /(?:^|\.)(?:from|to|at|\w+(?:At|To|From|Ms))$/.test(path);
