import { useTranslation } from 'react-i18next';

export function WindowScreenPage({ id }: { readonly id: string }) {
  const { t } = useTranslation('screens');
  return (
    <main className="ui-centre">
      {t('title')} {id}
    </main>
  );
}
