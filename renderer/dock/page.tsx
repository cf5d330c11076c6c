import { useTranslation } from 'react-i18next';

export function DockPage() {
  const { t } = useTranslation('dock');
  return <main className="ui-centre">{t('title')}</main>;
}
