import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStartLink } from '../link/hooks.ts';
import { ErrorScreen } from '../ui/error-screen.tsx';
import { Loading } from '../ui/loading.tsx';
import { type MatchedRoute, matchRoute } from './routes.tsx';
import { useStartReplica } from './use-replica.ts';

export function App() {
  const matched = matchRoute(window.location.pathname);
  return matched === null ? <UnknownPage /> : <RolePage matched={matched} />;
}

/** The link lives outside the error screen: a page that failed can still call a person. */
function RolePage({ matched }: { readonly matched: MatchedRoute }) {
  const started = useStartLink(matched.linkRole);
  useStartReplica(matched.linkRole);
  return (
    <ErrorScreen>
      <Suspense fallback={<Loading />}>{started ? matched.element : <Loading />}</Suspense>
    </ErrorScreen>
  );
}

function UnknownPage() {
  const { t } = useTranslation('ui');
  return <main className="ui-centre">{t('unknownPage')}</main>;
}
