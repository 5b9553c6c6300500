import { Button, Checkbox, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Permission, PERMISSIONS } from "../../../db/model/access.ts";
import { useMe } from "../../lib/use-me.ts";
import { Lines } from "../../parts/Lines.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { TokenMade } from "./TokenMade.tsx";

const MOST_DAYS = 365;

/** A token for one program: what it may, for how long, and then the token itself, once. */
export function TokenForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const me = useMe();
  const own = me?.permissions ?? [];
  const offered = PERMISSIONS.filter((one) => one !== "access.manage" && own.includes(one));
  const [name, setName] = useState("");
  const [permissions, setPermissions] = useState<readonly Permission[]>(["fleet.see"]);
  const [bound, setBound] = useState({ sources: [] as string[], teams: [] as string[] });
  const [days, setDays] = useState(90);
  const make = useMutation(
    trpc.tokens.create.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.tokens.list.queryKey() }),
    }),
  );
  const pushes = permissions.includes("push");
  const submit = () =>
    make.mutate({
      name,
      permissions: [...permissions],
      teams: bound.teams.length > 0 ? bound.teams : me?.teams == null ? null : [...me.teams], // nobody gives more than theirs
      sources: pushes && bound.sources.length > 0 ? bound.sources : null,
      days,
    });
  return (
    <Drawer title={t("tokens.form.title")} onClose={onClose}>
      {make.data !== undefined ? (
        <TokenMade secret={make.data.secret} pushes={pushes} onClose={onClose} />
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <TextInput
            size="xs"
            label={t("tokens.form.name")}
            description={t("tokens.form.nameHint")}
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <fieldset className="rights">
            <legend>{t("tokens.form.may")}</legend>
            {offered.map((one) => (
              <Checkbox
                key={one}
                size="xs"
                label={t(`tokens.right.${one}`)}
                checked={permissions.includes(one)}
                onChange={({ currentTarget: { checked } }) =>
                  setPermissions(offered.filter((other) => (other === one ? checked : permissions.includes(other))))
                }
              />
            ))}
          </fieldset>
          {permissions.length === 0 && <p className="muted">{t("tokens.form.noRight")}</p>}
          {pushes && (
            <Lines
              label={t("tokens.form.sources")}
              hint={t("tokens.form.sourcesHint")}
              lines={bound.sources}
              onChange={(sources) => setBound({ ...bound, sources })}
            />
          )}
          <Lines
            label={t("tokens.form.teams")}
            hint={t("tokens.form.teamsHint")}
            lines={bound.teams}
            onChange={(teams) => setBound({ ...bound, teams })}
          />
          <NumberInput
            size="xs"
            label={t("tokens.form.days")}
            required
            min={1}
            max={MOST_DAYS}
            allowDecimal={false}
            value={days}
            onChange={(value) => setDays(Number(value))}
          />
          <Refused error={make.error} says={(why) => t("tokens.form.failed", { why })} />
          <Button size="xs" type="submit" loading={make.isPending} disabled={permissions.length === 0}>
            {t("tokens.form.make")}
          </Button>
        </form>
      )}
    </Drawer>
  );
}
