import { createApp } from 'vue'
import App from './App.vue'
import './tokens.css'
import './base.css'
import { createState, followAddress, followScheme, stateKey } from './state/state'

const state = createState()
followAddress(state)
followScheme(state)
createApp(App).provide(stateKey, state).mount('#app')
