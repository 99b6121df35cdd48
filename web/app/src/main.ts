import { createApp, defineAsyncComponent } from 'vue'
import App from './App.vue'
import './tokens.css'
import './base.css'
import { createState, followAddress, followBasemap, followScheme, stateKey } from './state/state'

const PrintPage = defineAsyncComponent(() => import('./views/print/PrintPage.vue'))
const printing = new URLSearchParams(location.search).has('print')

const state = createState()
followAddress(state, !printing)
followScheme(state)
followBasemap(state)
createApp(printing ? PrintPage : App).provide(stateKey, state).mount('#app')
