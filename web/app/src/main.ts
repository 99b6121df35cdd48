import { createApp, defineAsyncComponent } from 'vue'
import App from './App.vue'
import './tokens.css'
import './base.css'
import { createState, provideState } from './state/state'

const PrintPage = defineAsyncComponent(() => import('./views/print/PrintPage.vue'))
const printing = new URLSearchParams(location.search).has('print')

provideState(createApp(printing ? PrintPage : App), createState(!printing)).mount('#app')
