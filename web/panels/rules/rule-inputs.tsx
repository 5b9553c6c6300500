import { Checkbox, TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { FigureInput } from "./FigureInput.tsx";

/** A span, typed in minutes. */
export function Minutes(props: {
  label: string;
  hint?: string;
  value: number;
  error: string | null;
  onChange: (ms: number) => void;
}) {
  return <FigureInput {...props} scale={1 / MINUTE_MS} unit="min" min={0} isWhole />;
}

/** Some of a few, ticked. */
export function Ticks(props: {
  label: string;
  all: readonly { readonly value: string; readonly label: string }[];
  ticked: readonly string[];
  error: string | null;
  onChange: (ticked: readonly string[]) => void;
}) {
  const said = useId();
  const { ticked } = props;
  return (
    <fieldset className="route-ticks" aria-describedby={props.error === null ? undefined : said}>
      <legend>{props.label}</legend>
      {props.all.map(({ value, label }) => (
        <Checkbox
          key={value}
          size="xs"
          label={label}
          checked={ticked.includes(value)}
          onChange={() =>
            props.onChange(ticked.includes(value) ? ticked.filter((one) => one !== value) : [...ticked, value])
          }
        />
      ))}
      {props.error !== null && (
        <p className="failed rule-said" id={said}>
          {props.error}
        </p>
      )}
    </fieldset>
  );
}

/** Codes with commas between them; what is no number is sent as it stands, for the server to name. */
export function CodesInput(props: {
  label: string;
  codes: readonly number[];
  error: string | null;
  onChange: (codes: readonly number[]) => void;
}) {
  const [text, setText] = useState(props.codes.join(", "));
  return (
    <TextInput
      size="xs"
      label={props.label}
      required
      maxLength={500}
      value={text}
      error={props.error}
      onChange={({ currentTarget: { value } }) => {
        setText(value);
        const words = value.split(/[\s,，、]+/).filter((word) => word !== "");
        props.onChange(words.map(Number));
      }}
    />
  );
}
