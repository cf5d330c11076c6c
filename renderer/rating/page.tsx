import { useTranslation } from 'react-i18next';

export function RatingPage() {
  const { t } = useTranslation('rating');
  return <main className="ui-centre">{t('title')}</main>;
}
