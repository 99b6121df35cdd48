// The manual on a page of its own, at /help. It needs neither map nor data.

import { createApp } from 'vue'
import HelpPage from './HelpPage.vue'
import '../tokens.css'
import '../base.css'
import './page.css'
import { rememberedScheme } from '../state/scheme'
import { lang } from '../words'

function followScheme(): void {
  document.documentElement.dataset['scheme'] = rememberedScheme()
}
followScheme()
addEventListener('storage', followScheme) // the map's page may change it meanwhile
addEventListener('beforeprint', () => (document.documentElement.dataset['scheme'] = 'light')) // paper is white
addEventListener('afterprint', followScheme)

if (new URLSearchParams(location.search).get('lang') === 'en') lang.value = 'en'

createApp(HelpPage).mount('#manual')
