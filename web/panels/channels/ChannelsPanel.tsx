import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelRow, ChannelsPage } from "../../../db/model/alert-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";
import { ChannelForm } from "./ChannelForm.tsx";
import { useChannelsChange } from "./use-channels-change.ts";

/** Every place messages go to, and how it has been doing. */
export function ChannelsPanel({ page }: { page: ChannelsPage }) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<ChannelRow | "new" | null>(null);
  return (
    <>
      {!page.canSeal && (
        <div className="panel pricing-notice" role="status">
          <strong>{t("channels.noKey")}</strong>
          <span>{t("channels.noKeySays")}</span>
        </div>
      )}
      <PanelFrame
        title={t("channels.list")}
        actions={
          <Button size="compact-sm" disabled={!page.canSeal} onClick={() => setEdited("new")}>
            {t("channels.add")}
          </Button>
        }
      >
        {page.rows.length === 0 ? (
          <div className="panel-empty">
            <h3>{t("channels.none")}</h3>
            <p>{t("channels.noneLead")}</p>
          </div>
        ) : (
          <ChannelTable page={page} onEdit={setEdited} />
        )}
      </PanelFrame>
      {edited !== null && (
        <ChannelForm
          key={edited === "new" ? "new" : edited.id}
          channel={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

function ChannelTable({ page, onEdit }: { page: ChannelsPage; onEdit: (row: ChannelRow) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("channels.list")}>
      <table className="plain channels">
        <thead>
          <tr>
            <th>{t("channels.column.name")}</th>
            <th>{t("channels.column.kind")}</th>
            <th>{t("channels.column.language")}</th>
            <th>{t("channels.column.address")}</th>
            <th>{t("channels.column.state")}</th>
            <th className="num">{t("channels.column.waiting")}</th>
            <th className="num">{t("channels.column.dead")}</th>
            <th className="num">{t("channels.column.last")}</th>
            <th>{t("channels.column.act")}</th>
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.name}</th>
              <td className="channel-kind">{t(`channels.kind.${row.kind}`)}</td>
              <td>{t(`channels.language.${row.language}`)}</td>
              <td className="mono">{row.shownAddress}</td>
              <td className="wide">
                <ChannelState row={row} />
              </td>
              <td className="num">{format.count(row.waiting)}</td>
              <td className="num">{format.count(row.dead)}</td>
              <td className="num">{row.lastSentAt === null ? "–" : format.dateTime(row.lastSentAt)}</td>
              <td>
                <ChannelActions row={row} onEdit={() => onEdit(row)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ChannelState({ row }: { row: ChannelRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!row.enabled)
    return (
      <span>
        <span aria-hidden className="mark-critical">
          ■{" "}
        </span>
        {row.disabledWhy === "" ? t("channels.state.off") : t("channels.state.offWhy", { why: row.disabledWhy })}
      </span>
    );
  if (row.failingSince !== null)
    return (
      <>
        <span>
          <span aria-hidden className="mark-warning">
            ▲{" "}
          </span>
          {row.pausedUntil === null
            ? t("channels.state.failing", { time: format.dateTime(row.failingSince) })
            : t("channels.state.paused", { time: format.dateTime(row.pausedUntil) })}
        </span>
        {row.lastError !== "" && <small className="muted channel-said">{row.lastError}</small>}
      </>
    );
  return (
    <span>
      <span aria-hidden className="mark-ok">
        ●{" "}
      </span>
      {t(row.lastSentAt === null ? "channels.state.idle" : "channels.state.ok")}
    </span>
  );
}

function ChannelActions({ row, onEdit }: { row: ChannelRow; onEdit: () => void }) {
  const { t } = useTranslation();
  const changed = useChannelsChange();
  const test = useMutation(trpc.alerts.testChannel.mutationOptions({ onSettled: changed }));
  const enable = useMutation(trpc.alerts.enableChannel.mutationOptions({ onSettled: changed }));
  const remove = useMutation(trpc.alerts.removeChannel.mutationOptions({ onSettled: changed }));
  const [isSure, setSure] = useState(false);
  const error = test.error ?? enable.error ?? remove.error;
  if (isSure)
    return (
      <div className="review-actions" role="alertdialog" aria-label={t("channels.removeSure", { name: row.name })}>
        <span>{t("channels.removeSure", { name: row.name })}</span>
        <Button
          size="compact-sm"
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate({ id: row.id }, { onSettled: () => setSure(false) })}
        >
          {t("channels.remove")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setSure(false)}>
          {t("channels.cancel")}
        </Button>
      </div>
    );
  return (
    <>
      <div className="review-actions">
        <Button
          size="compact-sm"
          variant="default"
          loading={test.isPending}
          onClick={() => test.mutate({ id: row.id })}
        >
          {t("channels.test")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={onEdit}>
          {t("channels.edit")}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          loading={enable.isPending}
          onClick={() => enable.mutate({ id: row.id, enabled: !row.enabled })}
        >
          {t(row.enabled ? "channels.disable" : "channels.enable")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setSure(true)}>
          {t("channels.remove")}
        </Button>
      </div>
      <div className="channel-answer" role="status">
        {test.data !== undefined &&
          t(test.data.ok ? "channels.testOk" : "channels.testFailed", { said: test.data.said })}
        <Refused error={error} says={(why) => why} />
      </div>
    </>
  );
}
