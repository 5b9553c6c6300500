import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { type CardView, decodeCard, encodeCard } from "../../lib/card-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { CardHealth } from "../../panels/card-page/CardHealth.tsx";
import { CardHead } from "../../panels/card-page/CardHead.tsx";
import { CardMoney } from "../../panels/card-page/CardMoney.tsx";
import { CardSaid } from "../../panels/card-page/CardSaid.tsx";
import { ReadingsPanel } from "../../panels/card-page/ReadingsPanel.tsx";
import { StateStrip } from "../../panels/card-page/StateStrip.tsx";
import { CardFacts } from "../../panels/card/CardFacts.tsx";
import { CardNow } from "../../panels/card/CardNow.tsx";
import { CardLife } from "../../panels/inventory/CardLife.tsx";
import { PlaceHistory } from "../../panels/inventory/PlaceHistory.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { isNotFound, type Outputs, trpc } from "../../trpc.ts";
import "../../styles/drawer.css";
import "../../styles/pages.css";

/** One card's life: what it does, did, costs and where it stood. */
export function CardPage() {
  const { t } = useTranslation();
  const { uuid } = useParams({ from: "/cards/$uuid" });
  useTitle(t("cardPage.title", { uuid }));
  const search = useSearch({ from: "/cards/$uuid" });
  const navigate = useNavigate({ from: "/cards/$uuid" });
  const view = useMemo(() => decodeCard(toParams(search)), [search]);
  const change = (part: Partial<CardView>) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeCard({ ...view, ...part })) }),
    });
  const card = useQuery(trpc.board.card.queryOptions({ uuid }, { refetchInterval: MINUTE_MS }));
  return (
    <div className="page">
      <CardHead uuid={uuid} card={card.data} />
      {card.error !== null &&
        (isNotFound(card.error) ? (
          <div className="notice" role="status">
            <p className="notice-title">{t("card.unknownCard")}</p>
            <p>{t("card.unknownCardHint")}</p>
          </div>
        ) : (
          <PanelError
            what={t("cardPage.what")}
            wholePage={card.data === undefined}
            error={card.error}
            kept={card.data !== undefined}
            busy={card.isFetching}
            onRetry={() => void card.refetch()}
          />
        ))}
      {card.isPending && <LoadingBlock height={560} />}
      {card.data !== undefined && <Body key={uuid} card={card.data} view={view} onChange={change} />}
    </div>
  );
}

function Body(props: { card: Outputs["board"]["card"]; view: CardView; onChange: (part: Partial<CardView>) => void }) {
  const { t } = useTranslation();
  const { card, view, onChange } = props;
  const seesMoney = useSeesMoney();
  return (
    <>
      <StateStrip card={card} onDay={(to) => onChange({ range: "24h", to })} />
      <div className="life">
        <div className="life-main">
          <CardHealth uuid={card.row.uuid} />
          <ReadingsPanel card={card} view={view} onChange={onChange} />
        </div>
        <div className="life-side">
          <PanelFrame title={t("card.now")}>
            <div className="panel-body">
              <CardNow row={card.row} />
            </div>
          </PanelFrame>
          {seesMoney && <CardMoney card={card} />}
          <PlaceHistory card={card.row.uuid} />
          <CardLife card={card.row.uuid} />
          <CardSaid said={card.now} />
          <PanelFrame title={t("card.identity")}>
            <div className="panel-body facts-plain">
              <CardFacts detail={card} row={card.row} />
            </div>
          </PanelFrame>
        </div>
      </div>
    </>
  );
}
