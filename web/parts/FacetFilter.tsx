import { Checkbox, Popover, TextInput } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";

type Choice = { readonly value: string; readonly label: ReactNode; readonly text: string; readonly count?: number };

const SEARCH_FROM = 10; // choices; fewer are found faster by eye

/** A button that opens a list of values to tick. Ticks take effect at once; none ticked asks nothing. */
export function FacetFilter(props: {
  name: string;
  chosen: readonly string[];
  choices: readonly Choice[];
  onChange: (values: string[]) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [find, setFind] = useState("");
  const [open, setOpen] = useState(false);
  const { chosen, choices } = props;
  const found = choices.filter((choice) => choice.text.toLowerCase().includes(find.toLowerCase()));
  const toggle = (value: string) =>
    props.onChange(chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value]);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button
          type="button"
          className={chosen.length > 0 ? "facet facet-on" : "facet"}
          aria-expanded={open}
          onClick={() => setOpen((was) => !was)}
        >
          {props.name}
          {chosen.length > 0 && <span className="facet-count">{format.count(chosen.length)}</span>}
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="facet-list" aria-label={props.name}>
        {choices.length >= SEARCH_FROM && (
          <TextInput
            size="xs"
            aria-label={t("facet.search")}
            placeholder={t("facet.search")}
            value={find}
            onChange={(event) => setFind(event.currentTarget.value)}
          />
        )}
        {found.map(({ value, label, count }) => (
          <Checkbox
            key={value}
            size="xs"
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
            label={
              <span className="facet-line">
                <span className="facet-name">{label}</span>
                {count !== undefined && <span className="facet-number">{format.count(count)}</span>}
              </span>
            }
          />
        ))}
        {found.length === 0 && <p className="panel-empty">{t("facet.none")}</p>}
      </Popover.Dropdown>
    </Popover>
  );
}
