import '@fontsource-variable/inter/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import App from './frame/App.svelte';
import { speak } from './words';

document.documentElement.lang = await speak(navigator.languages);
mount(App, { target: document.getElementById('app')! });
