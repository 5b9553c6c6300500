import { NumberInput } from "@mantine/core";
import { inUnit, outOfUnit } from "../../lib/signal-unit.ts";

/** A figure stored in one unit and typed in another; NaN = nothing typed. */
export function FigureInput(props: {
  label: string;
  hint?: string;
  value: number;
  scale?: number;
  unit?: string;
  isWhole?: boolean; // stored as a whole number, like milliseconds
  min?: number; // as typed
  max?: number;
  error: string | null;
  onChange: (value: number) => void;
}) {
  const scale = props.scale ?? 1;
  const shown = inUnit(props.value, scale);
  return (
    <NumberInput
      size="xs"
      label={props.unit === undefined || props.unit === "" ? props.label : `${props.label} (${props.unit})`}
      description={props.hint}
      inputWrapperOrder={["label", "input", "description", "error"]}
      required
      {...(props.min !== undefined && { min: props.min })}
      {...(props.max !== undefined && { max: props.max })}
      decimalScale={6}
      value={Number.isNaN(shown) ? "" : shown}
      error={props.error}
      onChange={(typed) => {
        const value = typed === "" ? Number.NaN : outOfUnit(Number(typed), scale);
        props.onChange(props.isWhole === true ? Math.round(value) : value);
      }}
    />
  );
}
