import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: WebhookAnswer","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/WebhookAnswer.md","filePath":"reference/api/baaljs/label-studio/interfaces/WebhookAnswer.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/WebhookAnswer.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-webhookanswer" tabindex="-1">Interface: WebhookAnswer <a class="header-anchor" href="#interface-webhookanswer" aria-label="Permalink to &quot;Interface: WebhookAnswer&quot;">​</a></h1><p>The use that was made of an event.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-action"></a> <code>action</code></td><td><code>readonly</code></td><td><code>string</code> | <code>undefined</code></td><td>-</td></tr><tr><td><a id="property-message"></a> <code>message?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>A message to the caller.</td></tr><tr><td><a id="property-problems"></a> <code>problems</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Faults of the event: for the log.</td></tr><tr><td><a id="property-projectid"></a> <code>projectId</code></td><td><code>readonly</code></td><td><code>number</code> | <code>undefined</code></td><td>The backend&#39;s own number of the project; <code>undefined</code> for an event that was ignored.</td></tr><tr><td><a id="property-started"></a> <code>started</code></td><td><code>readonly</code></td><td><code>string</code> | <code>undefined</code></td><td>Why a training was asked for, if one was.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/WebhookAnswer.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const WebhookAnswer = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  WebhookAnswer as default
};
