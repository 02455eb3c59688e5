import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabellingCounts","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LabellingCounts.md","filePath":"reference/api/baaljs/interfaces/LabellingCounts.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LabellingCounts.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labellingcounts" tabindex="-1">Interface: LabellingCounts <a class="header-anchor" href="#interface-labellingcounts" aria-label="Permalink to &quot;Interface: LabellingCounts&quot;">​</a></h1><p>How many items a session has handled, and how many are left.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-labelled"></a> <code>labelled</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Labels given in this session, those of earlier processes included.</td></tr><tr><td><a id="property-pending"></a> <code>pending</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Handed out and not answered.</td></tr><tr><td><a id="property-queries"></a> <code>queries</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-queued"></a> <code>queued</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Picked and not handed out yet.</td></tr><tr><td><a id="property-skipped"></a> <code>skipped</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-unanswered"></a> <code>unanswered</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Neither labelled nor skipped, in the whole data set.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LabellingCounts.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabellingCounts = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabellingCounts as default
};
