import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictCall","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/PredictCall.md","filePath":"reference/api/baaljs/label-studio/interfaces/PredictCall.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/PredictCall.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictcall" tabindex="-1">Interface: PredictCall <a class="header-anchor" href="#interface-predictcall" aria-label="Permalink to &quot;Interface: PredictCall&quot;">​</a></h1><p>A call of <code>/predict</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-hostname"></a> <code>hostname?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-labelconfig"></a> <code>labelConfig</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-parameters"></a> <code>parameters?</code></td><td><code>readonly</code></td><td><a href="./ModelParameters.html"><code>ModelParameters</code></a></td><td>Over those of the project.</td></tr><tr><td><a id="property-project"></a> <code>project</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr><tr><td><a id="property-tasks"></a> <code>tasks</code></td><td><code>readonly</code></td><td>readonly <code>unknown</code>[]</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/PredictCall.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictCall = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictCall as default
};
