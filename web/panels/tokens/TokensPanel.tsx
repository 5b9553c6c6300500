import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TokenView } from "../../../db/model/access-views.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";

const SOON_MS = 14 * DAY_MS;
const MARK = {
  good: ["●", "mark-ok"],
  soon: ["▲", "mark-warning"],
  over: ["◌", "mark-unknown"],
  revoked: ["■", "muted"],
} as const;

function stateOf({ revokedAt, expiresAt }: TokenView, now: number): keyof typeof MARK {
  if (revokedAt !== null) return "revoked";
  if (expiresAt <= now) return "over";
  return expiresAt - now < SOON_MS ? "soon" : "good";
}

/** Tokens, the newest first, with what each may and when a program last used it. */
export function TokensPanel({ rows, onNew }: { rows: readonly TokenView[]; onNew: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const [withOver, setWithOver] = useState(false);
  const shown = rows.filter((row) => withOver || ["good", "soon"].includes(stateOf(row, now)));
  return (
    <PanelFrame
      title={t("tokens.list")}
      note={String(shown.length)}
      actions={
        <>
          <Checkbox
            size="xs"
            label={t("tokens.showOver")}
            checked={withOver}
            onChange={(event) => setWithOver(event.currentTarget.checked)}
          />
          <Button size="compact-sm" onClick={onNew}>
            {t("tokens.new")}
          </Button>
        </>
      }
    >
      {shown.length === 0 ? (
        <div className="panel-empty">
          <h3>{t("tokens.none")}</h3>
          <p>{t("tokens.noneLead")}</p>
        </div>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("tokens.list")}>
          <table className="plain">
            <thead>
              <tr>
                {(["name", "owner", "may", "bound", "made", "ends", "used", "state", "act"] as const).map((column) => (
                  <th key={column}>{t(`tokens.column.${column}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={row.id} row={row} state={stateOf(row, now)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function Row({ row, state }: { row: TokenView; state: keyof typeof MARK }) {
  const { t } = useTranslation();
  const format = useFormat();
  const between = useLang() === "zh" ? "；" : "; ";
  const bound = [
    ...(row.sources ?? []),
    ...(row.teams === null ? [] : [t("tokens.ofTeams", { teams: row.teams.join(", ") })]),
  ];
  return (
    <tr className={state === "revoked" || state === "over" ? "rule-off" : undefined}>
      <th scope="row" className="person-name">
        <bdi>{row.name}</bdi> <small className="muted">••••{row.hint}</small>
      </th>
      <td className="person-name">
        <bdi>{row.owner}</bdi>
      </td>
      <td className="token-may">{row.permissions.map((one) => t(`tokens.right.${one}`)).join(between)}</td>
      <td className="person-name">
        <bdi>{bound.length === 0 ? t("tokens.unbound") : bound.join(", ")}</bdi>
      </td>
      <td>{format.dateTime(row.createdAt)}</td>
      <td>{format.dateTime(row.expiresAt)}</td>
      <td>{row.lastUsedAt === null ? t("tokens.unused") : format.dateTime(row.lastUsedAt)}</td>
      <td className="person-state">
        <span aria-hidden className={MARK[state][1]}>
          {MARK[state][0]}{" "}
        </span>
        {t(`tokens.state.${state}`)}
      </td>
      <td>{(state === "good" || state === "soon") && <Revoke row={row} />}</td>
    </tr>
  );
}

/** Asked once more: the programs behind it are refused at once. */
function Revoke({ row }: { row: TokenView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isSure, setSure] = useState(false);
  const revoke = useMutation(
    trpc.tokens.revoke.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.tokens.list.queryKey() }),
    }),
  );
  if (!isSure)
    return (
      <Button size="compact-sm" variant="default" onClick={() => setSure(true)}>
        {t("tokens.revoke")}
      </Button>
    );
  return (
    <div role="alertdialog" aria-label={t("tokens.revokeSure", { name: row.name })}>
      <p>{t("tokens.revokeSure", { name: row.name })}</p>
      <div className="person-acts">
        <Button size="compact-sm" autoFocus loading={revoke.isPending} onClick={() => revoke.mutate({ id: row.id })}>
          {t("tokens.revoke")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setSure(false)}>
          {t("tokens.keep")}
        </Button>
      </div>
      <Refused error={revoke.error} says={(why) => t("tokens.failed", { why })} />
    </div>
  );
}
