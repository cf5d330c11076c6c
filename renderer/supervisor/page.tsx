import { useTranslation } from 'react-i18next';

export function SupervisorPage() {
  const { t } = useTranslation('supervisor');
  return <main className="ui-centre">{t('title')}</main>;
}
