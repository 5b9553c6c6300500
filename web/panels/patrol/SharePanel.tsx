import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ShareLink } from "../../../db/model/patrol-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";

const DAYS = [7, 30, 90] as const;

/** Links with which others read this one report: a new one, and those there are. */
export function SharePanel({ runId, onClose }: { runId: number; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [days, setDays] = useState<number>(DAYS[0]);
  const links = useQuery(trpc.reports.links.queryOptions({ runId }));
  const changed = () => queries.invalidateQueries({ queryKey: trpc.reports.links.queryKey({ runId }) });
  const share = useMutation(trpc.reports.share.mutationOptions({ onSettled: changed }));
  const address = share.data === undefined ? "" : window.location.origin + share.data.url;
  return (
    <Drawer title={t("patrol.share.title")} onClose={onClose}>
      <div className="mapping-form">
        <p>{t("patrol.share.lead")}</p>
        <div className="share-make">
          <NativeSelect
            size="xs"
            label={t("patrol.share.days")}
            value={String(days)}
            onChange={(event) => setDays(Number(event.currentTarget.value))}
            data={DAYS.map((count) => ({ value: String(count), label: t("patrol.share.dayCount", { count }) }))}
          />
          <Button size="xs" loading={share.isPending} onClick={() => share.mutate({ runId, days })}>
            {t("patrol.share.create")}
          </Button>
        </div>
        {share.error !== null && (
          <p className="failed" role="alert">
            {t("patrol.share.failed", { why: share.error.message })}
          </p>
        )}
        {address !== "" && (
          <div className="share-made" role="status">
            <TextInput
              size="xs"
              className="mono-field"
              aria-label={t("patrol.share.copy")}
              readOnly
              value={address}
              onFocus={(event) => event.currentTarget.select()}
              rightSection={<CopyText text={address} label={t("patrol.share.copy")} done={t("patrol.share.copied")} />}
            />
            <p className="muted">{t("patrol.share.once")}</p>
          </div>
        )}
        <h3>{t("patrol.share.list")}</h3>
        {links.error !== null && (
          <PanelError
            what={t("patrol.share.list")}
            error={links.error}
            kept={links.data !== undefined}
            busy={links.isFetching}
            onRetry={() => void links.refetch()}
          />
        )}
        {links.isPending && <LoadingRows rows={2} height={40} />}
        {links.data?.length === 0 && <p className="muted">{t("patrol.share.none")}</p>}
        {links.data !== undefined && links.data.length > 0 && (
          <ul className="share-links">
            {links.data.map((link) => (
              <Link key={link.id} link={link} onRevoked={changed} />
            ))}
          </ul>
        )}
      </div>
    </Drawer>
  );
}

function Link({ link, onRevoked }: { link: ShareLink; onRevoked: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const revoke = useMutation(trpc.reports.revokeLink.mutationOptions({ onSettled: onRevoked }));
  const isOpen = link.revokedAt === null && link.expiresAt > now;
  return (
    <li className={isOpen ? "" : "rule-off"}>
      <span>
        {t("patrol.share.ending", { hint: link.hint, who: link.who, time: format.dateTime(link.expiresAt) })}
        <small className="muted">
          {link.readAt === null
            ? t("patrol.share.neverRead")
            : t("patrol.share.read", { time: format.dateTime(link.readAt) })}
        </small>
        {revoke.error !== null && (
          <small className="failed" role="alert">
            {t("patrol.share.failed", { why: revoke.error.message })}
          </small>
        )}
      </span>
      {link.revokedAt !== null && (
        <span className="muted">{t("patrol.share.revoked", { time: format.dateTime(link.revokedAt) })}</span>
      )}
      {link.revokedAt === null && !isOpen && <span className="muted">{t("patrol.share.ended")}</span>}
      {isOpen && (
        <Button
          size="compact-sm"
          variant="default"
          loading={revoke.isPending}
          onClick={() => revoke.mutate({ id: link.id })}
        >
          {t("patrol.share.revoke")}
        </Button>
      )}
    </li>
  );
}
