import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DataPlace","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/experiment/interfaces/DataPlace.md","filePath":"reference/api/baaljs/experiment/interfaces/DataPlace.md"}');
const _sfc_main = { name: "reference/api/baaljs/experiment/interfaces/DataPlace.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-dataplace" tabindex="-1">Interface: DataPlace <a class="header-anchor" href="#interface-dataplace" aria-label="Permalink to &quot;Interface: DataPlace&quot;">​</a></h1><p>Where data come from.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-datadir"></a> <code>dataDir?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The folder that is looked through before the hub is asked.</td></tr><tr><td><a id="property-hub"></a> <code>hub?</code></td><td><code>readonly</code></td><td><code>Omit</code>&lt;<code>HubOptions</code>, <code>&quot;type&quot;</code>&gt;</td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/experiment/interfaces/DataPlace.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DataPlace = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DataPlace as default
};
