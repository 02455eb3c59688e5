import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: NextTask","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/NextTask.md","filePath":"reference/api/baaljs/label-studio/interfaces/NextTask.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/NextTask.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-nexttask" tabindex="-1">Interface: NextTask <a class="header-anchor" href="#interface-nexttask" aria-label="Permalink to &quot;Interface: NextTask&quot;">​</a></h1><p>A task to label soon.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>ScoredTask</code></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-excerpt"></a> <code>excerpt</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The beginning of its text, or its image&#39;s address; contents of tasks, for the team that labels them.</td><td><code>ScoredTask.excerpt</code></td></tr><tr><td><a id="property-predicted"></a> <code>predicted</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>The choices and numbers that were predicted.</td><td><code>ScoredTask.predicted</code></td></tr><tr><td><a id="property-score"></a> <code>score</code></td><td><code>readonly</code></td><td><code>number</code></td><td>As Label Studio has it, see <code>ScoreOrder</code>.</td><td><code>ScoredTask.score</code></td></tr><tr><td><a id="property-task"></a> <code>task</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td><td><code>ScoredTask.task</code></td></tr><tr><td><a id="property-url"></a> <code>url</code></td><td><code>readonly</code></td><td><code>string</code> | <code>undefined</code></td><td>Where Label Studio shows it; none where its address is not known.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/NextTask.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const NextTask = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  NextTask as default
};
