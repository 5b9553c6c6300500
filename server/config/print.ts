import type { ConfigFault } from "./config.ts";

/** Faults as a person reads them: one block each, worst place first as they stand in the file. */
export function printFaults(faults: readonly ConfigFault[]): string {
  const head = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [`${head} in the configuration:`, ...faults.map(printFault)].join("\n\n");
}

function printFault(fault: ConfigFault): string {
  const where = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`;
  const example = fault.example === "" ? [] : [`  example:  ${fault.example}`];
  return [
    `${where}  ${fault.path}`.trimEnd(),
    `  read:     ${fault.read}`,
    `  expected: ${fault.expected}`,
    ...example,
  ].join("\n");
}
